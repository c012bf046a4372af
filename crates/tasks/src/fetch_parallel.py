import asyncio

async def fetch_data(id):
    # Симулируем асинхронный запрос (например, к внешнему API)
    print(f"Запрос данных для ID {id}")
    await asyncio.sleep(2)  # симулируем задержку, как если бы это был запрос к API
    print(f"Получены данные для ID {id}")
    return {"id": id, "data": f"data_for_{id}"}

async def process_data_parallel(ids):
    tasks = [fetch_data(id) for id in ids]
    results = await asyncio.gather(*tasks)  # Запуск всех задач параллельно
    return results

# Основная функция для параллельного запуска
async def main_parallel():
    ids = [1, 2, 3, 4, 5]
    data = await process_data_parallel(ids)
    print("Все данные обработаны параллельно:", data)

asyncio.run(main_parallel())
